/** The object store of the examples: a folder, or an S3 bucket when S3_BUCKET_URL is set. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AwsClient } from 'aws4fetch'

export interface ObjectStore {
  put(key: string, body: string): Promise<void>
}

/**
 * @param folder where the objects go without S3
 * @param bucketUrl such as `https://s3.eu-central-1.amazonaws.com/results`; the keys are read from AWS_ACCESS_KEY_ID
 *   and AWS_SECRET_ACCESS_KEY, the region from AWS_REGION
 */
export async function openObjectStore(
  folder: string,
  bucketUrl = process.env.S3_BUCKET_URL,
): Promise<ObjectStore> {
  if (bucketUrl !== undefined) return s3(bucketUrl)
  const objects = join(folder, 'objects')
  await mkdir(objects, { recursive: true })
  return { put: (key, body) => writeFile(join(objects, key), body) }
}

function s3(bucketUrl: string): ObjectStore {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = process.env
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    throw new Error('S3_BUCKET_URL is set: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY too')
  }
  const region = process.env.AWS_REGION ?? 'us-east-1'
  const client = new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3' })
  return {
    put: async (key, body) => {
      const response = await client.fetch(`${bucketUrl}/${key}`, { method: 'PUT', body })
      if (!response.ok)
        throw new Error(`${bucketUrl} refused ${key}: ${response.status} ${await response.text()}`)
    },
  }
}
